const { ArchetypeAiApi } = require('./dist/credentials/ArchetypeAiApi.credentials.js');
const { ArchetypeAi } = require('./dist/nodes/ArchetypeAi/ArchetypeAi.node.js');
const { ArchetypeAiTrigger } = require('./dist/nodes/ArchetypeAi/ArchetypeAiTrigger.node.js');

module.exports = { ArchetypeAiApi, ArchetypeAi, ArchetypeAiTrigger };
