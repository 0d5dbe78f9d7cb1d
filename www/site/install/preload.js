// Widgets load these plugins a moment after their start.
window._genesys.widgets.main.preload = ['cxspeechstorm'];
