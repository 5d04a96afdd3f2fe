// Preloaded into n8n: makes it exit with the process that started it, even if that was killed. The
// IPC channel held open by the parent closes then.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
