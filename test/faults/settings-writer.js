const [settings, folder] = process.argv.slice(2);
const { Settings } = await import(settings);
const written = await Settings.open(folder, (line) => console.error(line));
/** Changes two settings, each written at once. */
written.update({ theme: 'dark' });
written.update({ palette: 'mono' });
