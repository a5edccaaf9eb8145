package io.warroom.platform;

/**
 * A row of a platform's table of codes, for whoever shows a code to people; nothing is decided by it.
 *
 * @param name of the row, the same for every code that means the same; a translation goes by it
 * @param words what it means and what to do
 */
public record CodeRow(String name, String words) {}
