// Loaded into n8n before its own code: n8n ends when the process that started it does, even when
// that one was killed. The IPC channel that the parent holds open closes then.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
