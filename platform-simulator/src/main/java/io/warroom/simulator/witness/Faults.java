package io.warroom.simulator.witness;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Faults that wait for the call they are meant for. Not thread-safe: callers hold the world's monitor. */
public final class Faults {
    /** What goes wrong; in {@code RESET_AFTER} the effect has happened. */
    public enum Kind {
        LATENCY,
        HANG,
        RESET_BEFORE,
        RESET_AFTER,
        HTTP_500,
        HTTP_502_HTML,
        THROTTLED,
        WRONG_BODY,
        /** The platform refuses with a code that its documentation lists. */
        REFUSED
    }

    /** A fault for calls that fit; null fits all. {@code millis} is how long latency or a hang lasts, {@code code} what is refused with. */
    public record Fault(
            @Nullable String tenant,
            @Nullable Platform platform,
            @Nullable String endpoint,
            Kind kind,
            int times,
            long millis,
            String code) {
        boolean fits(@Nullable Org caller, Platform calledPlatform, String calledEndpoint) {
            return (tenant == null || (caller != null && tenant.equals(caller.tenantId)))
                    && (platform == null || platform == calledPlatform)
                    && (endpoint == null || endpoint.equals(calledEndpoint));
        }
    }

    private final List<Fault> waiting = new ArrayList<>();

    /** Replaces the waiting faults. */
    public void replace(List<Fault> faults) {
        waiting.clear();
        waiting.addAll(faults);
    }

    /** Takes the first fault that fits the call, once. */
    public @Nullable Fault take(@Nullable Org caller, Platform platform, String endpoint) {
        for (int i = 0; i < waiting.size(); i++) {
            Fault fault = waiting.get(i);
            if (fault.fits(caller, platform, endpoint)) {
                if (fault.times() > 1) {
                    waiting.set(
                            i,
                            new Fault(
                                    fault.tenant(),
                                    fault.platform(),
                                    fault.endpoint(),
                                    fault.kind(),
                                    fault.times() - 1,
                                    fault.millis(),
                                    fault.code()));
                } else {
                    waiting.remove(i);
                }
                return fault;
            }
        }
        return null;
    }
}
