// A dialog with a small form. Its close button, a click beside it and Escape close it at once where nothing was
// typed, and ask first where something was.

import { Modal, type ModalProps } from "@mantine/core";
import { useWords } from "../i18n/language.tsx";
import { UnsavedContext, useUnsavedWithin } from "./unsaved.tsx";

type FormDialogProps = Pick<
  ModalProps,
  "opened" | "onClose" | "title" | "children" | "closeOnClickOutside"
>;

/** The form within guards itself by `useUnsaved`, and its Cancel by `useDiscard`. */
export function FormDialog({ onClose, children, ...rest }: FormDialogProps) {
  const { t } = useWords();
  const unsaved = useUnsavedWithin();
  return (
    <UnsavedContext value={unsaved}>
      <Modal
        {...rest}
        onClose={() => unsaved.discard(onClose)}
        // Escape answers the question first.
        closeOnEscape={!unsaved.asking}
        closeButtonProps={{ "aria-label": t("action.close") }}
      >
        {children}
      </Modal>
    </UnsavedContext>
  );
}
