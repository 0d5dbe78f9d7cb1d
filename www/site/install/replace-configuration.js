// Replaces the configuration object of Widgets by one without extensions, as the scripts of some pages do.
const { extensions, ...others } = window._genesys.widgets;
window._genesys.widgets = others;
