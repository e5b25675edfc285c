"""The use cases. Every public function takes the actor first, authorises, owns its transaction."""
