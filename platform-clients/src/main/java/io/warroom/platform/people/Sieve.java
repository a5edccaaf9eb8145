package io.warroom.platform.people;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.warroom.platform.Admission;
import io.warroom.platform.App;
import io.warroom.platform.Failure;
import io.warroom.platform.Missing;
import io.warroom.platform.Outcome;
import io.warroom.platform.Person;
import io.warroom.platform.RoomUser;
import io.warroom.platform.http.Reply;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a user id that the platform does not take from failing a call for everybody: only after a refusal the ids are looked
 * up, and the call is made again without the bad ones. A person whose bad id was found by a look-up is looked up again, once. Who is bad is kept for each app revision, so that neither the next call
 * nor the next room asks again. Safe for many threads.
 */
public final class Sieve {

    /** Asks the platform about one user id; done with what it found, or with why the id is of no use. */
    public interface Check {
        Outcome<Finding> ask(App app, String userId);
    }

    /** Says why people are missing after a refusal of all; null where the refusal is not about people. */
    public interface Blame {
        Missing.@Nullable Reason of(Failure why);
    }

    private static final Duration KEEP_BAD = Duration.ofMinutes(10);
    private static final Duration KEEP_FAILED = Duration.ofMinutes(1);

    private final Cache<Key, Kept> bad =
            Caffeine.newBuilder().maximumSize(50_000).build();
    private final Clock clock;
    private final Predicate<Failure> ofPeople;
    private final Check check;
    private final Resolution resolution;

    /** @param ofPeople tells whether a refusal may mean that one of the people is of no use */
    public Sieve(Clock clock, Predicate<Failure> ofPeople, Check check, Resolution resolution) {
        this.clock = clock;
        this.ofPeople = ofPeople;
        this.check = check;
        this.resolution = resolution;
    }

    /**
     * Makes the call with the people of whom nothing bad is known; when it is refused for its people, again without those whom
     * a look-up shows to be bad. A refusal that no look-up explains stays.
     */
    public <T> Outcome<T> call(App app, List<RoomUser> users, Function<List<RoomUser>, Outcome<T>> call) {
        Set<String> asked = new HashSet<>();
        while (true) {
            List<RoomUser> usable = renewed(app, users).stream()
                    .filter(user -> finding(app, user) == null)
                    .toList();
            Outcome<T> outcome = call.apply(usable);
            if (!(outcome instanceof Outcome.Refused<T>(var why)) || !ofPeople.test(why)) {
                return outcome;
            }
            Outcome<Boolean> searched = search(app, usable, asked);
            if (!(searched instanceof Outcome.Done<Boolean>(var found))) {
                return searched.then(ignored -> outcome);
            }
            if (!found) {
                return outcome;
            }
        }
    }

    /** The people, with another id where one was found for a bad one; one entry an id. */
    public List<RoomUser> renewed(App app, List<RoomUser> users) {
        Map<String, RoomUser> renewed = new LinkedHashMap<>();
        for (RoomUser user : users) {
            RoomUser other = finding(app, user) == null ? null : resolution.renewed(app, user);
            RoomUser now = other == null ? user : other;
            renewed.putIfAbsent(now.platformUserId(), now);
        }
        return List.copyOf(renewed.values());
    }

    /**
     * Adds people to a room, and tells who could not be and why. What adding somebody who is in already comes to is not
     * documented: when no look-up explains why all are refused, it is read who is in, and the others are added alone.
     *
     * @param add adds all of them or none, and gives whom it added
     * @param present reads who of them is in
     */
    public Outcome<Admission> admit(
            App app,
            List<RoomUser> users,
            Function<List<RoomUser>, Outcome<List<RoomUser>>> add,
            Supplier<Outcome<Predicate<RoomUser>>> present,
            Blame blame) {
        Outcome<List<RoomUser>> added = call(app, users, add);
        if (!(added instanceof Outcome.Refused<List<RoomUser>>(var why)) || blame.of(why) == null) {
            return added.then(in -> new Outcome.Done<>(new Admission(in, missing(app, without(users, in)))));
        }
        if (!ofPeople.test(why)) {
            return new Outcome.Done<>(new Admission(List.of(), refused(app, users, why, blame)));
        }
        return present.get().then(isIn -> {
            List<RoomUser> in = users.stream().filter(isIn).toList();
            List<RoomUser> rest = without(users, in);
            if (in.isEmpty() || rest.isEmpty()) {
                return new Outcome.Done<>(new Admission(in, refused(app, rest, why, blame)));
            }
            Outcome<List<RoomUser>> more = call(app, rest, add);
            if (more instanceof Outcome.Refused<List<RoomUser>>(var still) && blame.of(still) != null) {
                return new Outcome.Done<>(new Admission(in, refused(app, rest, still, blame)));
            }
            return more.then(also -> {
                List<RoomUser> all = Stream.concat(in.stream(), also.stream()).toList();
                return new Outcome.Done<>(new Admission(all, missing(app, without(rest, also))));
            });
        });
    }

    private static List<RoomUser> without(List<RoomUser> users, List<RoomUser> some) {
        Set<Person> persons = some.stream().map(RoomUser::person).collect(Collectors.toSet());
        return users.stream().filter(user -> !persons.contains(user.person())).toList();
    }

    private List<Missing> refused(App app, List<RoomUser> users, Failure why, Blame blame) {
        Missing.Reason known = blame.of(why);
        Missing.Reason all = known == null ? Missing.Reason.REFUSED : known;
        return users.stream()
                .map(user -> missing(app, List.of(user)).stream()
                        .findFirst()
                        .orElseGet(() -> new Missing(user.person(), all, why.words())))
                .toList();
    }

    /** Those of the users who were found to be bad, each with the reason. */
    public List<Missing> missing(App app, List<RoomUser> users) {
        return users.stream()
                .<Missing>mapMulti((user, all) -> {
                    Finding finding = finding(app, user);
                    if (finding != null) {
                        all.accept(new Missing(user.person(), finding.reason(), finding.detail()));
                    }
                })
                .toList();
    }

    /** Ids that the incident named come first: the others were found on the platform itself, not long ago. */
    private Outcome<Boolean> search(App app, List<RoomUser> users, Set<String> asked) {
        for (boolean given : List.of(true, false)) {
            List<RoomUser> found = new ArrayList<>();
            for (RoomUser user : users) {
                boolean isGiven = user.platformUserId().equals(user.person().platformUserId());
                if (isGiven != given || !asked.add(user.platformUserId())) {
                    continue;
                }
                Outcome<Finding> answer = check.ask(app, user.platformUserId()).ofReading(Reply.UNREACHABLE_PAUSE);
                if (!(answer instanceof Outcome.Done<Finding>(var finding))) {
                    return answer.then(ignored -> new Outcome.Done<>(false));
                }
                if (finding.userId() == null) {
                    Duration life = finding.reason() == Missing.Reason.LOOKUP_FAILED ? KEEP_FAILED : KEEP_BAD;
                    bad.put(key(app, user), new Kept(finding, clock.instant().plus(life)));
                    found.add(user);
                }
            }
            if (!found.isEmpty()) {
                // Without an answer they are left out: the call does not wait for those whom the platform refuses.
                resolution.again(app, found);
                return new Outcome.Done<>(true);
            }
        }
        return new Outcome.Done<>(false);
    }

    private @Nullable Finding finding(App app, RoomUser user) {
        Kept kept = bad.getIfPresent(key(app, user));
        return kept != null && clock.instant().isBefore(kept.until()) ? kept.finding() : null;
    }

    private static Key key(App app, RoomUser user) {
        return new Key(app.tenantId(), app.revision(), user.platformUserId());
    }

    private record Key(String tenantId, long revision, String userId) {}

    private record Kept(Finding finding, Instant until) {}
}
