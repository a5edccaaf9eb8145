/** Who changed what, when and from where: written with the change, never altered, read by its tenant. */
@NullMarked
package io.warroom.config.audit;

import org.jspecify.annotations.NullMarked;
