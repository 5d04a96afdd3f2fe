import { formFields } from '../../../nodes/ArchetypeAi/methods/settingsForm';
import { settingsOf } from '../../../nodes/ArchetypeAi/api/pipelines/settings';

test('H7 a schema whose defaults, choices and titles are expressions: n8n would run them', () => {
	const settings = settingsOf({
		type: 'object',
		properties: {
			model: {
				type: 'string',
				title: '={{ $env.HOME }}',
				enum: ['={{ $env.HOME }}', 'small'],
				default: '={{ $env.HOME }}',
			},
			window: { type: 'integer', default: 16 },
		},
	});
	const fields = formFields(settings);
	expect(fields.map(({ displayName }) => displayName.startsWith('='))).toEqual([false, false]);
	expect(fields[0]).not.toHaveProperty('defaultValue');
	expect(fields[0]?.options?.map(({ value }) => value)).toEqual(['small']);
	expect(fields[1]).toMatchObject({ defaultValue: 16 });
});
