/** Commands for operators: rebuild the database from the topics, the topics from the database, erase a tenant, seal anew. */
@NullMarked
package io.warroom.config.operations;

import org.jspecify.annotations.NullMarked;
