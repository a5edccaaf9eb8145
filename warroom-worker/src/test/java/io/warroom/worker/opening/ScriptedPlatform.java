package io.warroom.worker.opening;

import io.warroom.platform.Admission;
import io.warroom.platform.App;
import io.warroom.platform.Briefing;
import io.warroom.platform.ChatPlatform;
import io.warroom.platform.Missing;
import io.warroom.platform.Notice;
import io.warroom.platform.Outcome;
import io.warroom.platform.Person;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.Posted;
import io.warroom.platform.Room;
import io.warroom.platform.RoomPlan;
import io.warroom.platform.RoomUser;
import io.warroom.platform.Roster;
import io.warroom.platform.Sighting;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;

/** A platform that answers from a script, and well when the script is silent; any thread may call it. */
public final class ScriptedPlatform implements ChatPlatform {

    final List<String> calls = new CopyOnWriteArrayList<>();
    final List<Person> asked = new CopyOnWriteArrayList<>();
    final List<RoomPlan> plans = new CopyOnWriteArrayList<>();
    final Deque<Outcome<Roster>> rosters = new ConcurrentLinkedDeque<>();
    public final Deque<Outcome<Room>> creates = new ConcurrentLinkedDeque<>();
    final Deque<Outcome<Sighting>> sightings = new ConcurrentLinkedDeque<>();
    final Deque<Outcome<Admission>> admissions = new ConcurrentLinkedDeque<>();
    final Deque<Outcome<Posted>> posts = new ConcurrentLinkedDeque<>();

    @Override
    public PlatformKind kind() {
        return PlatformKind.LARK;
    }

    @Override
    public Outcome<Roster> resolve(App app, List<Person> people) {
        calls.add("resolve");
        asked.addAll(people);
        var scripted = rosters.poll();
        if (scripted != null) {
            return scripted;
        }
        return new Outcome.Done<>(new Roster(
                people.stream()
                        .filter(person -> person.mobile() != null)
                        .map(person -> new RoomUser(person, "u-" + person.personId()))
                        .toList(),
                people.stream()
                        .filter(person -> person.mobile() == null)
                        .map(person -> new Missing(person, Missing.Reason.NO_CONTACT, "no mobile"))
                        .toList()));
    }

    @Override
    public Outcome<Room> create(App app, RoomPlan plan) {
        calls.add("create");
        plans.add(plan);
        var scripted = creates.poll();
        return scripted != null ? scripted : new Outcome.Done<>(new Room("room-1", plan.name(), Set.of()));
    }

    @Override
    public Outcome<Sighting> lookUp(App app, RoomPlan plan) {
        calls.add("lookUp");
        var scripted = sightings.poll();
        return scripted != null ? scripted : new Outcome.Done<>(new Sighting.Absent());
    }

    @Override
    public Outcome<Admission> admit(App app, Room room, List<RoomUser> users) {
        calls.add("admit");
        var scripted = admissions.poll();
        return scripted != null ? scripted : new Outcome.Done<>(new Admission(users, List.of()));
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
        calls.add("post");
        var scripted = posts.poll();
        return scripted != null ? scripted : new Outcome.Done<>(new Posted("m-1"));
    }

    final Deque<Outcome<Posted>> told = new ConcurrentLinkedDeque<>();
    final Deque<Outcome<String>> renames = new ConcurrentLinkedDeque<>();
    final Deque<Outcome<Boolean>> dissolutions = new ConcurrentLinkedDeque<>();
    final List<Notice> notices = new CopyOnWriteArrayList<>();
    final List<String> names = new CopyOnWriteArrayList<>();

    @Override
    public Outcome<Posted> tell(App app, Room room, Notice notice) {
        calls.add("tell");
        notices.add(notice);
        var scripted = told.poll();
        return scripted != null ? scripted : new Outcome.Done<>(new Posted("m-2"));
    }

    @Override
    public String nameOf(String wished) {
        return wished;
    }

    @Override
    public Outcome<String> rename(App app, Room room, String name) {
        calls.add("rename");
        names.add(name);
        var scripted = renames.poll();
        return scripted != null ? scripted : new Outcome.Done<>(name);
    }

    @Override
    public Outcome<Boolean> dissolve(App app, Room room) {
        calls.add("dissolve");
        var scripted = dissolutions.poll();
        return scripted != null ? scripted : new Outcome.Done<>(true);
    }
}
