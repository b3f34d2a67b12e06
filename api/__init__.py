"""The REST API: the records that the pages show, for other programs; `api.app` puts it together.

It asks core, as the pages do, and holds nothing of its own. Everything lies under ``/api/v1``;
``/api/v1/openapi.json`` describes it.

Who may do what
---------------
- A **token** (``Authorization: Bearer wl_…``) acts under its name with its role: a viewer reads,
  an analyst also asks for work, an owner also promotes and rolls back. Core asks for the role
  (`core.access.require`); a refusal here would be a second opinion.
- **Without a token** the person at this machine may read, and nothing else, as long as

  1. no token was ever made here: whoever makes one wants the door shut, and a token that was
     revoked must not open it again for everybody; nor does anybody sign in here
     (`core.access.oidc`), which means the same;
  2. the server listens on the loopback alone: on any other address a stranger may call;
  3. the caller's own address is a loopback one and no proxy has passed the request on
     (``Forwarded``, ``X-Forwarded-…``), behind which every stranger has this machine's address;
  4. the header ``Host`` names ``localhost``, ``127.0.0.1`` or ``[::1]``. A page on a foreign
     site can have its own name resolve to 127.0.0.1 (DNS rebinding) and then reads what this
     server answers; its requests still carry that name in ``Host``;
  5. an ``Origin`` or ``Sec-Fetch-Site`` does not say that another site's page asks.

- **Whatever changes something needs a token**, also on the loopback. Any page in the person's
  browser, and any user of this machine, can send a POST to 127.0.0.1. A page of another site cannot
  add a token to it: the header makes the browser ask first (CORS), and nothing here says yes. No
  cookie counts here, so that none can be borrowed.
- ``/health``, ``/ready`` and the description are open: they hold nothing of the data, and their
  answers are kept for a second or two, so that nobody can make the server work with them.

Each token, and each address without one, has its requests counted; so have an address's wrong
tokens. Bodies are small and typed, answers hold neither secrets nor paths of this machine.
"""
