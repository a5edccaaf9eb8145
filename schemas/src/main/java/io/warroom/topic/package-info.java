/** The topic catalogue: names, keys, partition rule, cleanup and retention, used by every module and by topic creation. */
@NullMarked
package io.warroom.topic;

import org.jspecify.annotations.NullMarked;
