package io.warroom.simulator.witness;

import org.jspecify.annotations.Nullable;

/** One platform's HTTP surface. Called under the world's monitor, so an implementation needs no lock of its own. */
public interface PlatformApi {
    /** Names the endpoint for counters and faults: ids replaced, {@code unknown} when the platform has no such path. */
    String endpoint(Call call);

    /** Says whose credentials the call carries, or null when they are nobody's. */
    @Nullable
    Org caller(Call call);

    /** Gives the id of the app that a call for a token names, whatever its secret; empty for any other call. */
    String identity(Call call);

    /** Answers one call and takes its effect. */
    Answer answer(Call call);

    /** The shape in which the called endpoint refuses with that code. */
    Answer refused(Call call, String code);

    /** The platform's own shape of "too many calls". */
    Answer throttled(Call call);
}
