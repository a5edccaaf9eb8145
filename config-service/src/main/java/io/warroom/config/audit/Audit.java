package io.warroom.config.audit;

import java.time.Clock;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.json.JsonMapper;

/** Where a change leaves its trace, in its own transaction: no change without, and none of a change rolled back. Thread-safe. */
public final class Audit {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Clock clock;
    private final Supplier<Actor> actors;

    /** @param actors who makes the change that this thread is making; throws when nobody is known */
    public Audit(Clock clock, Supplier<Actor> actors) {
        this.clock = clock;
        this.actors = actors;
    }

    /** Writes the entry; it stays if and only if the handle's transaction commits. */
    public void record(Handle handle, Change change) {
        var actor = actors.get();
        handle.createUpdate("""
                        INSERT INTO audit (tenant_id, at, actor, role, credential, remote_address, request_id, action,
                                           target, state_before, state_after, changed)
                        VALUES (:tenant, :at, :actor, :role, :credential, :address, :requestId, :action,
                                :target, :before::jsonb, :after::jsonb, :changed::jsonb)""")
                .bind("tenant", change.tenant().value())
                .bind("at", clock.instant().truncatedTo(ChronoUnit.MILLIS).atOffset(ZoneOffset.UTC))
                .bind("actor", actor.subject())
                .bind("role", actor.role())
                .bind("credential", actor.credential())
                .bind("address", actor.remoteAddress())
                .bind("requestId", actor.requestId())
                .bind("action", change.action())
                .bind("target", change.target())
                .bind("before", state(change.before()))
                .bind("after", state(change.after()))
                .bind("changed", JSON.writeValueAsString(change.changed()))
                .execute();
    }

    private static String state(Map<String, Object> state) {
        return JSON.writeValueAsString(state);
    }
}
