// Opens and closes the command menu from anywhere.

import { createSpotlight } from "@mantine/spotlight";

export const [commandStore, commandMenu] = createSpotlight();
