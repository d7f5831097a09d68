import type { Photo } from "./types";

type Shown = Pick<Photo, "role">;

/** A report's voice note travels and is kept as one of its photos; it is no picture. */
export const isVoice = (photo: Shown): boolean => photo.role === "voice";

export const pictures = <T extends Shown>(photos: readonly T[]): T[] =>
  photos.filter((photo) => !isVoice(photo));
