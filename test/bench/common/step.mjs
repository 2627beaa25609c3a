// One step of the benchmark in a process of its own, so that peak memory is that of the step:
// node step.mjs '{"module":"synth/contenders/portcullis.cjs","call":"render","options":{…}}'. Modules are below test/bench.
// Prints the result as JSON.

const { module, call, options } = JSON.parse(process.argv[2]);
const functions = await import(new URL(`../${module}`, import.meta.url));
const started = performance.now();
const cpu = process.cpuUsage();
const result = await functions[call](options);
const seconds = (performance.now() - started) / 1000;
// Time of others on the machine does not count in it.
const userSeconds = process.cpuUsage(cpu).user / 1e6;
const peakMegabytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ result, seconds, userSeconds, peakMegabytes }));
