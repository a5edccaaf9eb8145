package io.warroom.worker.opening;

/** The incident's partition is another worker's now, so nothing of it may be said or concluded here: the work is not done. */
public final class DisownedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DisownedException(String message) {
        super(message);
    }
}
