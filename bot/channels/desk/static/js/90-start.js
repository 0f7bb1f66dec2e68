// Begins: who is it?

enter('');
