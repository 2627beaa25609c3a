#!/usr/bin/env node
import { main } from './main';

// `portcullis synth … | head`: that nobody reads on is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

void main(process.argv);
