import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { manual } from './manual.plugin.ts';

/**
 * Text assets are compressed once, here, so that the Go server only picks a file.
 * In closeBundle and nowhere earlier: before it Vite has not replaced its preload marks, and only the compressed files would be broken.
 */
function precompress(): Plugin {
  let dir = 'dist';
  return {
    name: 'precompress',
    apply: 'build',
    configResolved(config) {
      dir = config.build.outDir;
    },
    closeBundle() {
      mkdirSync(dir, { recursive: true });
      for (const file of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(js|css|html|svg|json|webmanifest)$/.test(file)) continue;
        const source = readFileSync(join(dir, file));
        if (source.length < 1024) continue;
        writeFileSync(join(dir, `${file}.gz`), gzipSync(source, { level: 9 }));
        writeFileSync(join(dir, `${file}.br`), brotliCompressSync(source, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
      }
      // Go embeds the folder: the mark keeps it in git and the embed pattern true before the first build.
      writeFileSync(join(dir, '.keep'), '');
    },
  };
}

/** What pdf.js asks for by name while it draws: tables of Chinese fonts, and pictures of scanners without WebAssembly. From our own origin, only when asked. */
function pdfParts(): Plugin {
  const at = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
  const { version } = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')) as { version: string };
  const parts = [
    ...readdirSync(join(at, 'cmaps')).map((name) => `cmaps/${name}`),
    'wasm/openjpeg_nowasm_fallback.js',
    'wasm/LICENSE_OPENJPEG',
  ];
  return {
    name: 'pdf-parts',
    apply: 'build',
    generateBundle() {
      for (const name of parts)
        this.emitFile({ type: 'asset', fileName: `assets/pdfjs-${version}/${name}`, source: readFileSync(join(at, name)) });
    },
  };
}

export default defineConfig({
  plugins: [react(), manual(), pdfParts(), precompress()],
  resolve: { tsconfigPaths: true },
  server: { proxy: { '/api': process.env.ZHIKE_API ?? 'http://127.0.0.1:8080' }, fs: { allow: ['..'] } },
  build: {
    target: ['chrome99', 'safari15.4'],
    assetsDir: 'assets',
    assetsInlineLimit: 2048,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          // a slow network pays for every file: what most pages share comes in few of them
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\//, priority: 30 },
            { name: 'icons', test: /node_modules\/lucide-react\//, minShareCount: 5, priority: 20 },
            {
              name: 'lists',
              test: /src\/(features\/(view\/(bar|columns|form|list|use)|filter\/(builder|head|segment|words)|export\/button|share\/who|report\/from)|kit\/(table|fieldinput|value))\.tsx?$/,
              priority: 10,
            },
          ],
        },
      },
    },
  },
});
