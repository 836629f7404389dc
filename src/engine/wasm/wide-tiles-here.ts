import { rememberedWideTiles } from './wide-tiles.js';

/** Whether wide tiles pay here, found out when this file is first imported: once in a thread. */
export const wideTilesPay: boolean = await rememberedWideTiles();
