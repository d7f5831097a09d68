export const voice = {
  title: "语音补充",
  waiting: "语音还没到",
  refused: "语音没有被接收",
  failed: "没能播放。有网后刷新再听。",
};
