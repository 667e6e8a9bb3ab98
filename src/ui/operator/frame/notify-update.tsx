import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';

/** A newer version of the dashboard is here; it takes over when the person says so. */
export function notifyUpdateReady(apply: () => void): void {
  notifications.show({
    id: 'update-ready',
    title: 'A new version of Fieldfare is ready',
    message: (
      <Button size="xs" mt="xs" onClick={apply}>
        Reload now
      </Button>
    ),
    autoClose: false,
  });
}
