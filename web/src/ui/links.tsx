// Our components as links of the router, so that addresses are checked by the compiler and every link
// opens in a new tab as links do.

import { Anchor, type AnchorProps, Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

type Html = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "color" | "style">;

interface TextLinkProps extends AnchorProps, Omit<Html, keyof AnchorProps> {
  ref?: Ref<HTMLAnchorElement>;
}

export const TextLink = createLink(({ ref, ...props }: TextLinkProps) => (
  <Anchor {...(ref ? { ref } : {})} {...props} />
));

interface ButtonLinkProps extends ButtonProps, Omit<Html, keyof ButtonProps> {
  ref?: Ref<HTMLAnchorElement>;
}

export const ButtonLink = createLink(({ ref, ...props }: ButtonLinkProps) => (
  <Button component="a" {...(ref ? { ref } : {})} {...props} />
));
