// An extension may be the address of a script; Widgets load it after their start.
window._genesys.widgets.extensions = { CXSpeechStorm: '/dist/cx-speechstorm.js' };
