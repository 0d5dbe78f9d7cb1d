// Starts the plugin in Rust, once the chat host is there.
import init from './pkg/cx_starter.js';

init({ module_or_path: './pkg/cx_starter_bg.wasm' });
