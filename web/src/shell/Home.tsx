// The address without a page: the first object in the navigation, else the inbox.

import { Navigate } from "@tanstack/react-router";
import { useObjects } from "../object/objects.ts";

export function Home() {
  const first = useObjects().find((object) => object.navigation);
  if (first === undefined) return <Navigate to="/inbox" replace />;
  return <Navigate to="/records/$object" params={{ object: first.name }} replace />;
}
