// The top of a page: where one is, what it is called, what one can do.

import { Breadcrumbs, Title } from "@mantine/core";
import type { LinkProps } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { TextLink } from "./links.tsx";
import classes from "./PageHeader.module.css";

interface PageHeaderProps {
  title: string;
  icon?: ReactNode;
  /** The page above this one. */
  parent?: { label: string; link: LinkProps };
  /** Beside the title: a state, a count. */
  aside?: ReactNode;
  children?: ReactNode;
}

export function PageHeader({ title, icon, parent, aside, children }: PageHeaderProps) {
  useDocumentTitle(title);
  return (
    <header className={classes.header}>
      {parent === undefined ? null : (
        <Breadcrumbs className={classes.crumbs ?? ""} separatorMargin={6}>
          <TextLink {...(parent.link as object)} to={parent.link.to ?? "."} size="sm" c="dimmed">
            {parent.label}
          </TextLink>
        </Breadcrumbs>
      )}
      <div className={classes.bar}>
        <div className={classes.heading}>
          {icon}
          <Title order={1} className={classes.title ?? ""}>
            {title}
          </Title>
          {aside}
        </div>
        {children === undefined ? null : <div className={classes.actions}>{children}</div>}
      </div>
    </header>
  );
}

export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = title === "" ? "Rondo" : `${title} · Rondo`;
  }, [title]);
}
