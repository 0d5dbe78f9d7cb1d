// The npm package: a module that does nothing until it is told to. Types: index.d.ts.
import { Core, initSync } from 'cx-glue';
import css from 'cx-css';
import languages from 'cx-languages';
import { compile } from './compile.js';
import { Edge } from './edge/edge.js';
import { install as putOnPage } from './loader.js';
import { adopt, ensure, widgets } from './page.js';
import { orWithoutWasm } from './without-wasm.js';

/** The version of the package. */
export const version = CX_BUILD.version;

/** Puts the plugin on this page; where there is none, as on a server that renders pages, it does nothing. */
export function install({ configuration, wasm, css: styled = true } = {}) {
  if (typeof document === 'undefined') return;
  const file = own();
  if (configuration) Object.assign(ensure(widgets(), 'speechstorm'), configuration);
  const load = async () => {
    initSync({ module: await moduleOf(wasm || file) });
    return Core;
  };
  const addScript = () => import('./cx-speechstorm.nowasm.js');
  const style = () => (styled ? adopt(css) : () => {});
  putOnPage(orWithoutWasm(load, addScript), PackageEdge, style, { src: file?.href, dataset: {} });
}

/** Languages are modules here, because bundlers copy no files that are only fetched. */
class PackageEdge extends Edge {
  async fetchLanguage(code) {
    const module = await languages[code]();
    return module.default;
  }
}

/** The bundle that this has become a part of, where that is a classic script: only while it runs can that be known. */
const bundle = import.meta.url ? '' : globalThis.document?.currentScript?.src;

/** Where the WebAssembly lies: beside the module, or beside the bundle that is none. */
const own = () => {
  try {
    // Bundlers look for just these words.
    return new URL(CX_WASM_FILE, import.meta.url);
  } catch {
    if (bundle) return new URL(CX_WASM_FILE, bundle);
  }
};

/** What it lets through is of this build. */
const moduleOf = async (given) => {
  if (typeof given === 'string' || given instanceof URL) return compile(given);
  const module = given instanceof WebAssembly.Module ? given : await WebAssembly.compile(given);
  const [id] = WebAssembly.Module.customSections(module, 'build_id');
  if (!new TextDecoder().decode(id).endsWith(CX_BUILD_ID)) throw new Error('The WebAssembly is of another build.');
  return module;
};
