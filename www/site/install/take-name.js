// Takes the plugin's name on the bus, as the script that it replaces does.
window.CXBus.registerPlugin('CXSpeechStorm');
