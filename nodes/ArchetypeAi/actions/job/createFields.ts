import type { INodeProperties } from 'n8n-workflow';

import { fileField } from '../../fields/file';
import { optionsField } from '../../fields/list';
import { waitOptions } from './waiting';

export const nameField: INodeProperties = {
	displayName: 'Job Name',
	name: 'name',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. pump-7-nightly',
	description: 'A name to find the job by. Several jobs may have the same one.',
};

export const jobForField: INodeProperties = {
	displayName: 'One Job For',
	name: 'jobFor',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'All Items Together',
			value: 'allItems',
			description:
				'One job with the inputs of every incoming item; the other fields are taken from the first',
		},
		{
			name: 'Each Item',
			value: 'eachItem',
			description: 'A job for every incoming item',
		},
	],
	default: 'eachItem',
	description: 'Whether to create one job for every incoming item, or a single job for all of them',
};

export const specifyInputsField: INodeProperties = {
	displayName: 'Specify Inputs',
	name: 'specifyInputs',
	type: 'options',
	options: [
		{ name: 'Using Fields Below', value: 'fields' },
		{ name: 'Using JSON', value: 'json' },
	],
	default: 'fields',
	description: 'How to specify the files for the job',
};

export const portField: INodeProperties = {
	displayName: 'Port Name or ID',
	name: 'port',
	type: 'options',
	typeOptions: {
		loadOptionsMethod: 'getPipelinePorts',
		loadOptionsDependsOn: ['pipeline.value'],
	},
	default: '',
	description:
		'What the pipeline takes the file for, such as worker.inference. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

export const sourceField: INodeProperties = {
	displayName: 'File From',
	name: 'source',
	type: 'options',
	options: [
		{ name: 'Binary Field', value: 'binary', description: 'A file of the incoming item' },
		{ name: 'Uploaded Files', value: 'uploaded', description: 'A file that the service has' },
	],
	default: 'uploaded',
	description: 'Where the file is',
};

const uploadedFileField: INodeProperties = {
	...fileField,
	displayOptions: { show: { source: ['uploaded'] } },
};

export const binaryField: INodeProperties = {
	displayName: 'Input Binary Field',
	name: 'binaryField',
	type: 'string',
	default: 'data',
	placeholder: 'e.g. data',
	hint: 'The name of the input field that holds the file, several with commas between them, or * for all',
	description:
		'The files to upload for the job. A 12-character hash of its content is added to each name, so that a second run finds it again.',
	displayOptions: { show: { source: ['binary'] } },
};

export const labelField: INodeProperties = {
	displayName: 'Label',
	name: 'label',
	type: 'string',
	default: '',
	placeholder: 'e.g. healthy',
	description:
		'The class that the file is an example of. Needed where the port takes labelled examples, such as worker.n_shots, and nowhere else.',
};

export const inputsField: INodeProperties = {
	displayName: 'Inputs',
	name: 'inputs',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true },
	placeholder: 'Add Input',
	displayOptions: { show: { specifyInputs: ['fields'] } },
	default: {},
	description: 'The files of the job, each with the port of the pipeline that takes it',
	options: [
		{
			displayName: 'Input',
			name: 'entries',
			values: [portField, sourceField, uploadedFileField, binaryField, labelField],
		},
	],
};

export const inputsJsonField: INodeProperties = {
	displayName: 'Inputs (JSON)',
	name: 'inputsJson',
	type: 'json',
	displayOptions: { show: { specifyInputs: ['json'] } },
	default: '[]',
	description:
		'A list such as [{"port": "worker.inference", "file": "pump7.csv"}, {"port": "worker.n_shots", "file": "ok.csv", "label": "healthy"}], or the inputs as the API takes them. File IDs are the names of uploaded files; "binary": "data" instead of "file" uploads the file in that field.',
};

export const settingsField: INodeProperties = {
	displayName: 'Parameters',
	name: 'settings',
	type: 'resourceMapper',
	noDataExpression: true,
	default: { mappingMode: 'defineBelow', value: null },
	description: 'The settings of the pipeline. Those left out keep their defaults.',
	typeOptions: {
		// Only on the pipeline: a change of anything that the form depends on clears it.
		loadOptionsDependsOn: ['pipeline.value'],
		resourceMapper: {
			resourceMapperMethod: 'getPipelineSettings',
			mode: 'add',
			fieldWords: { singular: 'setting', plural: 'settings' },
			valuesLabel: 'Parameters',
			addAllFields: false,
			multiKeyMatch: false,
			supportAutoMap: false,
			noFieldsError: 'Choose a pipeline to see its parameters.',
		},
	},
};

export const parametersField: INodeProperties = {
	displayName: 'Parameters (JSON)',
	name: 'parametersJson',
	type: 'json',
	default: '{}',
	description:
		'Parameters for what the form cannot show, as the API takes them: {"worker": {"parallelism": 1, "config": {"batch_size": 32}}}. They override the form.',
};

export const guardOption: INodeProperties = {
	displayName: 'Duplicate Guard (Hours)',
	name: 'duplicateGuard',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 720 },
	default: 24,
	description:
		'Off unless added. Within how many hours a job with the same name, pipeline, inputs and parameters is returned, with created: false, instead of creating another one, unless it failed or was cancelled. Inputs are the same if their files have the same name. Checks the newest 1,000 jobs. Two executions at the same moment can still create two.',
};

export const unknownOption: INodeProperties = {
	displayName: 'Send Unknown Parameters',
	name: 'sendUnknown',
	type: 'boolean',
	default: false,
	description:
		"Whether to send parameters that are not in the pipeline's schema, instead of stopping with an error",
};

export const createOptions = optionsField([guardOption, unknownOption, ...waitOptions]);
