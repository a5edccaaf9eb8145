package io.warroom.simulator.witness;

/** The simulator's memory bound is reached; the message says which. */
public final class WorldFull extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WorldFull(String message) {
        super(message);
    }
}
