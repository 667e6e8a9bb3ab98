export function built(source: string, name: string): Promise<string>;
