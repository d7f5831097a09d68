import { createRouter, createWebHistory, type RouteLocation, START_LOCATION } from "vue-router";
import type { Role } from "./api/types";
import { loadMoreTexts } from "./i18n";
import { DESK, FIELD } from "./state/posts";
import { hasRole, session } from "./state/session";

declare module "vue-router" {
  interface RouteMeta {
    /** the tab bar is shown */
    tabs?: boolean;
    /** who may open the page; without it everybody */
    roles?: readonly Role[];
    /** needs somebody signed in */
    person?: boolean;
  }
}

/** A page whose texts are not part of the first download. */
const withTexts =
  <Page>(load: () => Promise<Page>) =>
  async (): Promise<Page> =>
    (await Promise.all([load(), loadMoreTexts()]))[0];

const staff: readonly Role[] = [...FIELD, ...DESK];

/** How far each page that was left had been scrolled. */
const left = new Map<string, number>();
const view = () => document.querySelector(".app-view");

/** The page scrolls inside its frame: a new one begins at its top, going back leads to where one was. */
function keepPlace(to: RouteLocation, from: RouteLocation, saved: unknown): false {
  // The very first page is at its top; asking for it would have the browser lay it out twice.
  if (from !== START_LOCATION) view()?.scrollTo(0, saved ? (left.get(to.fullPath) ?? 0) : 0);
  return false;
}

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: keepPlace,
  routes: [
    {
      path: "/",
      name: "capture",
      component: () => import("./features/report/CapturePage.vue"),
      meta: { tabs: true },
    },
    {
      path: "/mine",
      name: "mine",
      component: () => import("./features/mine/MinePage.vue"),
      meta: { tabs: true },
    },
    {
      path: "/tasks",
      name: "tasks",
      component: withTexts(() => import("./features/queue/TasksPage.vue")),
      meta: { tabs: true, roles: FIELD },
    },
    {
      path: "/case/:id",
      name: "case",
      component: withTexts(() => import("./features/case/CasePage.vue")),
      props: true,
      meta: { roles: staff },
    },
    {
      path: "/check/:id",
      name: "check",
      component: withTexts(() => import("./features/check/CheckPage.vue")),
      props: true,
      meta: { roles: ["inspector"] },
    },
    {
      path: "/t/:ref",
      name: "track",
      component: withTexts(() => import("./features/track/TrackPage.vue")),
      props: ({ params }) => ({ publicRef: params.ref }),
    },
    {
      path: "/desk",
      name: "desk",
      component: withTexts(() => import("./features/desk/DeskPage.vue")),
      meta: { tabs: true, roles: DESK },
    },
    {
      path: "/messages",
      name: "messages",
      component: withTexts(() => import("./features/messages/MessagesPage.vue")),
      meta: { tabs: true, roles: staff },
    },
    {
      path: "/who",
      name: "who",
      component: withTexts(() => import("./features/who/WhoPage.vue")),
      meta: { roles: staff },
    },
    {
      path: "/signin",
      name: "signin",
      component: withTexts(() => import("./features/account/SignInPage.vue")),
    },
    {
      path: "/welcome/:token",
      name: "welcome",
      component: withTexts(() => import("./features/account/WelcomePage.vue")),
      props: true,
    },
    {
      path: "/account",
      name: "account",
      component: withTexts(() => import("./features/account/AccountPage.vue")),
      meta: { person: true },
    },
    {
      path: "/outbox",
      name: "outbox",
      component: withTexts(() => import("./features/pending/OutboxPage.vue")),
      meta: { tabs: true },
    },
    {
      path: "/selftest",
      name: "selftest",
      component: withTexts(() => import("./features/selftest/SelfTestPage.vue")),
    },
    {
      path: "/rescue",
      name: "rescue",
      component: withTexts(() => import("./features/rescue/RescuePage.vue")),
      meta: { roles: staff },
    },
    { path: "/notice", name: "notice", component: () => import("./features/notice/NoticePage.vue") },
    {
      path: "/:rest(.*)*",
      name: "lost",
      component: () => import("./features/notice/LostPage.vue"),
      meta: { tabs: true },
    },
  ],
});

router.beforeEach((to, from) => {
  if (from !== START_LOCATION && to.path !== from.path) left.set(from.fullPath, view()?.scrollTop ?? 0);
  const wanted = to.meta.roles;
  if (!wanted && !to.meta.person) return true;
  if (!session.person) return { name: "signin", query: { next: to.fullPath } };
  if (wanted && !hasRole(...wanted)) return { name: "capture" };
  return true;
});
