// One step of the benchmark in a process of its own, so that peak memory is that of the step:
// node step.mjs '{"module":"synth/contenders/portcullis.mjs","call":"render","options":{…}}'. Modules are below test/bench.
// Prints the result as JSON.

const { module, call, options } = JSON.parse(process.argv[2]);
const functions = await import(new URL(`../${module}`, import.meta.url));
const started = performance.now();
const result = await functions[call](options);
const seconds = (performance.now() - started) / 1000;
const peakMegabytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ result, seconds, peakMegabytes }));
