package io.warroom.platform;

/** A person and who that is on the platform. */
public record RoomUser(Person person, String platformUserId) {}
