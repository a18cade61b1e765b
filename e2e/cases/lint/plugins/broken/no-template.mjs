export const chatTemplates = { mine: 3 };
