// Takes the extension's function out of the configuration, to hand it to Widgets later.
window.keptExtension = window._genesys.widgets.extensions.CXSpeechStorm;
delete window._genesys.widgets.extensions.CXSpeechStorm;
