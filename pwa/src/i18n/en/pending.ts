export const pending = {
  title: "Waiting on this phone",
  photos_left: "{n} {n:photo is|photos are} still on this phone",
};
