package io.warroom.worker;

import io.warroom.platform.Admission;
import io.warroom.platform.App;
import io.warroom.platform.Briefing;
import io.warroom.platform.ChatPlatform;
import io.warroom.platform.Failure;
import io.warroom.platform.Missing;
import io.warroom.platform.Notice;
import io.warroom.platform.Outcome;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.Posted;
import io.warroom.platform.Room;
import io.warroom.platform.RoomPlan;
import io.warroom.platform.RoomUser;
import io.warroom.platform.Roster;
import io.warroom.platform.Sighting;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A platform in memory that makes one room a key, and can be told not to answer after it made one. */
final class RememberingPlatform implements ChatPlatform {

    private final Map<String, String> rooms = new ConcurrentHashMap<>();
    private final List<App> apps = new CopyOnWriteArrayList<>();
    private final List<Notice> notices = new CopyOnWriteArrayList<>();
    private final List<String> names = new CopyOnWriteArrayList<>();
    private volatile long rejectedRevision = -1;
    private volatile CountDownLatch answers = new CountDownLatch(0);

    Map<String, String> rooms() {
        return rooms;
    }

    List<App> apps() {
        return apps;
    }

    /** Messages after the first. */
    List<Notice> notices() {
        return notices;
    }

    /** Names that rooms were given later. */
    List<String> names() {
        return names;
    }

    void rejectKeysOfRevision(long revision) {
        rejectedRevision = revision;
    }

    void holdBack() {
        answers = new CountDownLatch(1);
    }

    void letGo() {
        answers.countDown();
    }

    @Override
    public PlatformKind kind() {
        return PlatformKind.LARK;
    }

    @Override
    public Outcome<Roster> resolve(App app, List<io.warroom.platform.Person> people) {
        return new Outcome.Done<>(new Roster(
                people.stream()
                        .filter(person -> person.mobile() != null || person.platformUserId() != null)
                        .map(person -> new RoomUser(person, "ou_" + person.personId()))
                        .toList(),
                people.stream()
                        .filter(person -> person.mobile() == null && person.platformUserId() == null)
                        .map(person -> new Missing(person, Missing.Reason.NO_CONTACT, "no mobile"))
                        .toList()));
    }

    @Override
    public Outcome<Room> create(App app, RoomPlan plan) {
        apps.add(app);
        if (app.revision() == rejectedRevision) {
            return new Outcome.KeyRejected<>(new Failure(
                    Failure.Kind.KEY_REJECTED, "The app's secret is wrong. Change the key.", "10014", null));
        }
        String id = rooms.computeIfAbsent(plan.key(), key -> "oc_" + key.substring(0, 6));
        try {
            answers.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.Unknown<>(new Failure(Failure.Kind.UNREACHABLE, "interrupted", null, null));
        }
        return new Outcome.Done<>(new Room(id, plan.name(), Set.of()));
    }

    @Override
    public Outcome<Sighting> lookUp(App app, RoomPlan plan) {
        return new Outcome.Done<>(new Sighting.RepeatCreate());
    }

    @Override
    public Outcome<Admission> admit(App app, Room room, List<RoomUser> users) {
        return new Outcome.Done<>(new Admission(users, List.of()));
    }

    @Override
    public String textOf(Briefing briefing) {
        return "first message: " + briefing.title();
    }

    @Override
    public String textOf(Notice notice) {
        return "message: " + notice.title();
    }

    @Override
    public Outcome<Posted> post(App app, Room room, Briefing briefing) {
        return new Outcome.Done<>(new Posted("om_1"));
    }

    @Override
    public Outcome<Posted> tell(App app, Room room, Notice notice) {
        notices.add(notice);
        return new Outcome.Done<>(new Posted("om_2"));
    }

    @Override
    public String nameOf(String wished) {
        return wished;
    }

    @Override
    public Outcome<String> rename(App app, Room room, String name) {
        names.add(name);
        return new Outcome.Done<>(name);
    }

    @Override
    public Outcome<Boolean> dissolve(App app, Room room) {
        return new Outcome.Done<>(true);
    }
}
