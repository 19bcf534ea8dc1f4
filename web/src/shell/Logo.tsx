// The name of the product: a theme that comes round again.

import { Group, Text } from "@mantine/core";

export function Logo({ size = 22 }: { size?: number }) {
  return (
    <Group gap={8} wrap="nowrap">
      <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="#2f4ac9" />
        <path
          d="M22.6 11.2A8 8 0 1 0 24 16"
          fill="none"
          stroke="#fff"
          strokeWidth="3.2"
          strokeLinecap="round"
        />
        <circle cx="22.4" cy="10.6" r="2.9" fill="#ffc24b" />
      </svg>
      <Text fw={680} fz={size * 0.7} lh={1} lts="-0.01em">
        Rondo
      </Text>
    </Group>
  );
}
