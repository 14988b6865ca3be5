/** What runs that are there tell: with the corrections of people, and beside each other. */
package io.herd.job.review;
