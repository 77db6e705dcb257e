"""What should stand at each place outside, as desired state, and the work that brings it there."""
