/** Hands a text to the browser's downloads as a file. The address that stands for it dies at once. `type`: its media type. */
export function download(name: string, content: string, type: string): void {
	const address = URL.createObjectURL(new Blob([content], { type }));
	const link = document.createElement('a');
	link.href = address;
	link.download = name;
	link.click();
	URL.revokeObjectURL(address);
}
