package io.warroom.simulator.witness;

import org.jspecify.annotations.Nullable;

/** One platform's HTTP surface. Called under the world's monitor, but for {@link #endpoint}, so an implementation needs no lock of its own. */
public interface PlatformApi {
    /** The id of an app and a secret for it, as a call for a token shows them. */
    record Shown(String identity, String secret) {}

    /** Names the endpoint for counters and faults: ids replaced, {@code unknown} when the platform has no such path. Called without any lock. */
    String endpoint(String method, String path);

    /** Says whose credentials the call carries, or null when they are nobody's. */
    @Nullable
    Org caller(Call call);

    /** Gives what a call for a token shows, right or wrong; null for any other call. */
    @Nullable
    Shown shown(Call call);

    /** Names what the platform wants changed by one call at a time; empty where it does not care. */
    default String oneAtATime(Call call) {
        return "";
    }

    /** The refusal of a call that runs beside another of the same {@link #oneAtATime} name; asked for only where there are such. */
    default Answer overlapping(Call call) {
        throw new IllegalStateException("no call of this platform has to run alone");
    }

    /** Answers one call and takes its effect. */
    Answer answer(Call call);

    /** The shape in which the called endpoint refuses with that code. */
    Answer refused(Call call, String code);

    /** The platform's own shape of "too many calls". */
    Answer throttled(Call call);
}
