package io.warroom.config.room;

/** The schema registry did not answer: the record may be good, so it is read again later. */
final class RegistryAwayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RegistryAwayException(Throwable cause) {
        super("the schema registry does not answer", cause);
    }
}
