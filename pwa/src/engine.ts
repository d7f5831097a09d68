/** What runs every page, by itself: it is taken up in a turn of its own, before the app that stands on it. */
export { createApp } from "vue";
export { createRouter } from "vue-router";
