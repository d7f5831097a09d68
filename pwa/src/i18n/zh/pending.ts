export const pending = {
  title: "本机待发",
  photos_left: "还有 {n} 张照片在本机",
};
