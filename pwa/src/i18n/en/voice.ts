export const voice = {
  title: "Voice note",
  waiting: "The voice note has not arrived yet",
  refused: "The voice note was not accepted",
  failed: "It could not be played. Reload when there is network.",
};
