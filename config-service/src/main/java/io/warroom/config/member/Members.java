package io.warroom.config.member;

import io.warroom.config.audit.Audit;
import io.warroom.config.audit.Change;
import io.warroom.config.http.FieldError;
import io.warroom.config.http.Fields;
import io.warroom.config.http.IfMatch;
import io.warroom.config.http.Problem;
import io.warroom.config.http.TenantId;
import io.warroom.config.outbox.Outbox;
import io.warroom.config.outbox.OutboxEvent;
import io.warroom.config.outbox.Revisions;
import io.warroom.event.MemberBound;
import io.warroom.event.Platform;
import io.warroom.topic.Topic;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Every change of a binding: the new state and its event, in one transaction. Safe for concurrent use. */
public final class Members {

    /** The platforms that a person can be bound on. */
    public static final List<Platform> PLATFORMS = List.of(Platform.WECOM, Platform.DINGTALK, Platform.LARK);

    private final Jdbi jdbi;
    private final Outbox outbox;
    private final Audit audit;
    private final Clock clock;
    private final Supplier<String> eventIds;
    private final MemberStore store = new MemberStore();

    /** @param eventIds gives each event its id */
    public Members(Jdbi jdbi, Outbox outbox, Audit audit, Clock clock, Supplier<String> eventIds) {
        this.jdbi = jdbi;
        this.outbox = outbox;
        this.audit = audit;
        this.clock = clock;
        this.eventIds = eventIds;
    }

    /** The person's bindings that hold; may be empty. */
    List<Binding> of(MemberRef person) {
        return jdbi.withHandle(handle -> store.of(handle, person)).stream()
                .filter(Binding::bound)
                .toList();
    }

    /**
     * A page of those who are bound, by person and platform.
     *
     * @param next cursor of the page behind; null on the last
     */
    public record Page(List<Binding> bindings, @Nullable String next) {}

    /**
     * Finds bindings.
     *
     * @param text part of the person's id or of the platform user's, in any case; empty selects nothing out
     * @param behind cursor of an earlier page, or null
     * @param limit at most so many
     */
    public Page search(TenantId tenant, String text, @Nullable String behind, int limit) {
        var found = jdbi.withHandle(handle -> store.search(handle, tenant, text, behind, limit + 1));
        boolean more = found.size() > limit;
        var page = more ? found.subList(0, limit) : found;
        return new Page(List.copyOf(page), more ? MemberStore.place(page.getLast()) : null);
    }

    /**
     * A binding that holds.
     *
     * @param isNew whether the person was never bound on the platform before
     */
    public record Bound(Binding binding, boolean isNew) {}

    /**
     * Binds a person on the platform, and to the user, that the body names.
     *
     * @throws Problem 400 when the person's id is none, 422 naming every field at fault, 412 when it was changed since, 428 when the person
     *     is bound to another user and the caller does not say that this is known
     */
    public Bound bind(TenantId tenant, String personId, Fields body, IfMatch ifMatch) {
        var person = new MemberRef(tenant, personId);
        var platform = body.findOneOf("platform", PLATFORMS);
        if (platform == null) {
            body.requireAnyText("platform");
        }
        var userId = body.requireText("platformUserId", 128);
        if (!userId.isEmpty() && !MemberRef.isId(userId)) {
            body.refuse("platformUserId", "must be without '/' and control characters");
        }
        body.requireValid();
        if (platform == null) {
            throw new IllegalStateException("a missing platform is refused");
        }
        return bind(person, platform, userId, ifMatch);
    }

    /**
     * Takes a person's bindings back.
     *
     * @param platform its name in any case; null for all
     * @throws Problem 404 when there is none
     */
    public void unbind(TenantId tenant, String personId, @Nullable String platform) {
        unbind(new MemberRef(tenant, personId), platform == null ? PLATFORMS : List.of(named(platform)));
    }

    private static Platform named(String name) {
        return PLATFORMS.stream()
                .filter(platform -> platform.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> {
                    var wrong = new FieldError("platform", "must be one of " + PLATFORMS + ", or left out for all");
                    return new Problem(
                            HttpStatus.BAD_REQUEST,
                            "invalid-parameter",
                            wrong.field() + " " + wrong.message(),
                            List.of(wrong));
                });
    }

    /** Binds the person; what is bound so already is neither changed nor published again. */
    Bound bind(MemberRef person, Platform platform, String platformUserId, IfMatch ifMatch) {
        var bound = jdbi.inTransaction(handle -> {
            var before = store.lock(handle, person, platform);
            long revision = before.map(Binding::revision).orElse(0L);
            ifMatch.requireIfGiven(revision);
            if (before.isPresent() && before.get().bound()) {
                if (before.get().platformUserId().equals(platformUserId)) {
                    return new Bound(before.get(), false);
                }
                ifMatch.require(revision);
            }
            var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            var after = new Binding(person, platform, true, platformUserId, Revisions.after(revision, now), now);
            requireWon(store.store(handle, after, revision));
            var id = eventIds.get();
            outbox.append(
                    handle,
                    event(after, id)
                            .carrying(new MemberBound(
                                    id,
                                    person.tenant().value(),
                                    platform,
                                    person.personId(),
                                    platformUserId,
                                    after.revision(),
                                    after.changedAt())));
            audit.record(
                    handle,
                    change("member.bound", after, before.map(Members::state).orElse(Map.of()), state(after)));
            return new Bound(after, before.isEmpty());
        });
        outbox.wakeRelay();
        return bound;
    }

    /** Takes the person's bindings back: those on one platform, or all. @throws Problem 404 when there is none */
    void unbind(MemberRef person, List<Platform> platforms) {
        jdbi.useTransaction(handle -> {
            boolean any = false;
            for (var platform : platforms) {
                any |= unbind(handle, person, platform);
            }
            if (!any) {
                throw notBound(person);
            }
        });
        outbox.wakeRelay();
    }

    private boolean unbind(Handle handle, MemberRef person, Platform platform) {
        var before = store.lock(handle, person, platform).filter(Binding::bound);
        before.ifPresent(bound -> {
            var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            var after = new Binding(
                    person, platform, false, bound.platformUserId(), Revisions.after(bound.revision(), now), now);
            requireWon(store.store(handle, after, bound.revision()));
            outbox.append(handle, event(after, eventIds.get()));
            audit.record(handle, change("member.unbound", after, state(bound), Map.of()));
        });
        return before.isPresent();
    }

    static Problem notBound(MemberRef person) {
        return new Problem(
                HttpStatus.NOT_FOUND,
                "not-bound",
                "The person " + person.personId()
                        + " is not bound to a platform user: PUT platform and platformUserId.");
    }

    private static void requireWon(boolean won) {
        if (!won) {
            throw new Problem(
                    HttpStatus.CONFLICT,
                    "changed-meanwhile",
                    "The binding was changed at the same moment: read it and try again.");
        }
    }

    private static Change change(
            String action, Binding binding, Map<String, Object> before, Map<String, Object> after) {
        var target = "members/" + binding.person().personId() + "/" + binding.platform();
        return new Change(binding.person().tenant(), action, target, before, after, Set.of());
    }

    private static Map<String, Object> state(Binding binding) {
        return binding.bound() ? Map.of("platformUserId", binding.platformUserId()) : Map.of();
    }

    private static OutboxEvent event(Binding binding, String eventId) {
        return OutboxEvent.tombstone(
                "member_binding", binding.key(), Topic.MEMBER_BOUND, eventId, binding.revision(), binding.changedAt());
    }
}
