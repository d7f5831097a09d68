import { createRouter, createWebHistory } from "vue-router";
import type { Role } from "./api/types";
import { loadMoreTexts } from "./i18n";
import { hasRole, session } from "./state/session";

declare module "vue-router" {
  interface RouteMeta {
    /** the tab bar is shown */
    tabs?: boolean;
    /** who may open the page; without it everybody */
    roles?: Role[];
    /** needs somebody signed in */
    person?: boolean;
  }
}

/** A page whose texts are not part of the first download. */
const withTexts =
  <Page>(load: () => Promise<Page>) =>
  async (): Promise<Page> =>
    (await Promise.all([load(), loadMoreTexts()]))[0];

const field: Role[] = ["inspector", "squad_member", "squad_leader"];
const staff: Role[] = [...field, "operator", "administrator"];

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: () => ({ top: 0 }),
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
      meta: { tabs: true, roles: field },
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
      meta: { tabs: true, roles: ["operator", "administrator"] },
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

router.beforeEach((to) => {
  const wanted = to.meta.roles;
  if (!wanted && !to.meta.person) return true;
  if (!session.person) return { name: "signin", query: { next: to.fullPath } };
  if (wanted && !hasRole(...wanted)) return { name: "capture" };
  return true;
});
